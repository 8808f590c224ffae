import type { SourceFile } from '../../../local/org/apex/program.ts';
import { CUSTOMER_JOBS } from './customer-jobs.ts';

/**
 * A customer's own code, as harm tests put it beside the package: triggers that recurse and refuse, jobs, and saves
 * that come close to each governor limit. `System.debug('SPEND n')` spends n milliseconds of CPU time;
 * `System.debug('LIMITS …')` shows what is left.
 */

const NOTE = `<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
  <label>Note</label><pluralLabel>Notes</pluralLabel><deploymentStatus>Deployed</deploymentStatus>
  <sharingModel>ReadWrite</sharingModel>
  <nameField><label>Name</label><type>Text</type></nameField>
</CustomObject>`;

const RULE = `<?xml version="1.0" encoding="UTF-8"?>
<ValidationRule xmlns="http://soap.sforce.com/2006/04/metadata">
  <fullName>Acme_Rule</fullName><active>true</active>
  <errorConditionFormula>LEFT(LastName, 5) = "Ruled"</errorConditionFormula>
  <errorDisplayField>LastName</errorDisplayField><errorMessage>Acme rules this out</errorMessage>
</ValidationRule>`;

const CONTACT_TRIGGER = `trigger AcmeContacts on Contact (before insert, before update, after insert, after update) {
  if (Trigger.isBefore) AcmeRules.refuse(Trigger.new);
  else if (Trigger.isUpdate) AcmeRules.countUpdates(Trigger.newMap.keySet());
}`;

const RULES = `public class AcmeRules {
  private static Integer depth = 0;

  public static void refuse(List<Contact> rows) {
    for (Contact row : rows) {
      if (row.LastName?.startsWith('Refused') == true) row.LastName.addError('Acme refuses ' + row.LastName);
    }
  }

  /** Saves the same records again, three levels deep. */
  public static void countUpdates(Set<Id> ids) {
    if (depth == 3) return;
    depth++;
    List<Contact> again = new List<Contact>();
    for (Id one : ids) again.add(new Contact(Id = one, Department = 'Level ' + depth));
    update again;
    depth--;
  }
}`;

const SAVES = `public class AcmeSaves {
  public static List<Contact> contacts(Integer count, String name) {
    List<Contact> rows = new List<Contact>();
    for (Integer index = 0; index < count; index++) {
      rows.add(new Contact(LastName = name + ' ' + index));
    }
    return rows;
  }

  public static void showLimits() {
    System.debug('LIMITS statements ' + Limits.getDmlStatements() + ', rows ' + Limits.getDmlRows() +
      ', queries ' + Limits.getQueries() + ', query rows ' + Limits.getQueryRows() +
      ', jobs ' + Limits.getQueueableJobs() + ', heap ' + Limits.getHeapSize() + ', CPU ' + Limits.getCpuTime());
  }

  public static String inQueueable() {
    System.enqueueJob(new AcmeJob(2));
    return 'queued';
  }

  public static String inBatch() {
    insert notes(250);
    Database.executeBatch(new AcmeBatch(), 100);
    return 'queued';
  }

  public static String onSchedule() {
    return String.isBlank(System.schedule('Acme', '0 0 9 * * ?', new AcmeScheduled())) ? 'not' : 'scheduled';
  }

  public static String inFuture() {
    AcmeFuture.save(201);
    return 'queued';
  }

  public static String recurse() {
    List<Contact> rows = contacts(201, 'Recursive');
    insert rows;
    update rows;
    showLimits();
    return [SELECT Department FROM Contact WHERE LastName = 'Recursive 0' LIMIT 1].Department;
  }

  public static String refuseAll() {
    List<Contact> rows = contacts(3, 'Fine');
    rows.add(new Contact(LastName = 'Refused'));
    try {
      insert rows;
      return 'saved';
    } catch (DmlException refused) {
      insert new Acme_Note__c(Name = 'refused');
      return refused.getNumDml() + ' ' + refused.getMessage();
    }
  }

  public static String refuseUncaught() {
    insert contacts(2, 'Never');
    insert new Contact(LastName = 'Refused');
    return 'saved';
  }

  public static String breakRule() {
    List<Contact> rows = contacts(10, 'Kept');
    insert rows;
    for (Integer index = 0; index < 3; index++) rows[index].LastName = 'Ruled ' + index;
    rows[9].Title = 'Changed';
    String text = '';
    for (Database.SaveResult result : Database.update(rows, false)) {
      text += result.isSuccess() ? 's' : result.getErrors()[0].getStatusCode() + ';';
    }
    showLimits();
    return text;
  }

  public static String breakRuleUncaught() {
    insert contacts(2, 'Never');
    insert new Contact(LastName = 'Ruled out');
    return 'saved';
  }

  /** Several attempts: survivors are saved again, and triggers fire again. */
  public static String saveInPart() {
    List<Contact> rows = contacts(201, 'Partial');
    for (Integer index = 0; index < rows.size(); index += 10) rows[index].LastName = 'Refused ' + index;
    String text = '';
    for (Database.SaveResult result : Database.insert(rows, false)) {
      text += result.isSuccess() ? 's' : result.getErrors()[0].getMessage() + ';';
    }
    showLimits();
    return text;
  }

  public static String rollBack() {
    insert contacts(2, 'Before');
    Savepoint point = Database.setSavepoint();
    insert contacts(5, 'Undone');
    Database.rollback(point);
    insert contacts(1, 'After');
    return String.valueOf([SELECT COUNT() FROM Contact WHERE LastName LIKE 'Undone%']);
  }

  public static String everyOperation() {
    List<Contact> rows = contacts(201, 'Every');
    insert rows;
    delete rows;
    undelete rows;
    merge rows[0] rows[1];
    delete rows[2];
    Lead lead = new Lead(LastName = 'Lovelace', Company = 'Engines');
    insert lead;
    Database.LeadConvert conversion = new Database.LeadConvert();
    conversion.setLeadId(lead.Id);
    conversion.setConvertedStatus([SELECT MasterLabel FROM LeadStatus WHERE IsConverted = TRUE LIMIT 1].MasterLabel);
    String text = String.valueOf(Database.convertLead(conversion).isSuccess());
    insert new Task(Subject = 'Call', WhoId = rows[0].Id);
    showLimits();
    return text;
  }

  private static void spendStatements(Integer count) {
    for (Integer index = 0; index < count; index++) insert new Acme_Note__c(Name = 'Note ' + index);
  }

  private static void spendQueries(Integer count) {
    for (Integer index = 0; index < count; index++) Integer found = [SELECT COUNT() FROM Acme_Note__c];
  }

  public static String lastStatement() {
    spendStatements(149);
    insert contacts(1, 'Last statement');
    showLimits();
    return 'saved';
  }

  public static String statementTooMany() {
    spendStatements(149);
    insert contacts(1, 'Undone');
    spendStatements(1);
    return 'saved';
  }

  private static String statementsAfter(Integer rows, Integer statements) {
    insert contacts(rows, 'First');
    spendStatements(statements);
    showLimits();
    return 'saved';
  }

  /** A save late in a transaction that goes on to its last statement, query or row. */
  public static String allStatementsAfterALateSave() {
    spendStatements(139);
    return statementsAfter(1, 10);
  }


  public static String allRowsAfterALateSave() {
    insert notes(9900);
    return rowsAfter(99);
  }

  public static String allStatementsAfter() { return statementsAfter(1, 149); }
  public static String allStatementsButOneAfter() { return statementsAfter(1, 148); }
  public static String allStatementsButFiveAfter() { return statementsAfter(1000, 144); }

  public static String lastQuery() {
    spendQueries(100);
    insert contacts(1, 'Last query');
    showLimits();
    return 'saved';
  }

  private static String queriesAfter(Integer queries) {
    insert contacts(1, 'First');
    spendQueries(queries);
    showLimits();
    return 'saved';
  }

  public static String allQueriesAfter() { return queriesAfter(100); }

  public static String saveContact() {
    insert contacts(1, 'Somebody');
    return 'saved';
  }

  /** Of updates the package asks whether they are wanted; the first query is the customer's. */
  public static String allQueriesAroundAnUpdate() {
    Contact somebody = [SELECT Id FROM Contact WHERE LastName LIKE 'Somebody%' LIMIT 1];
    somebody.Email = 'somebody@example.com';
    update somebody;
    spendQueries(99);
    showLimits();
    return 'saved';
  }

  public static String saveNotes() {
    insert notes(10000);
    return 'saved';
  }

  private static void spendQueryRows(Integer rows) {
    for (Integer left = rows; left > 0; left -= 10000) {
      List<Acme_Note__c> found = [SELECT Id FROM Acme_Note__c LIMIT :Math.min(left, 10000)];
    }
  }

  /** The package, which asks for its conditions, must not meet the limit. */
  public static String lastQueryRow() {
    spendQueryRows(50000);
    insert contacts(1, 'Last query row');
    showLimits();
    return 'saved';
  }

  public static String allQueryRowsAfter() {
    insert contacts(1, 'First');
    spendQueryRows(50000);
    showLimits();
    return 'saved';
  }

  private static List<Acme_Note__c> notes(Integer count) {
    List<Acme_Note__c> rows = new List<Acme_Note__c>();
    for (Integer index = 0; index < count; index++) rows.add(new Acme_Note__c(Name = 'Note'));
    return rows;
  }

  public static String lastRow() {
    insert notes(9999);
    insert contacts(1, 'Last row');
    showLimits();
    return 'saved';
  }

  private static String rowsAfter(Integer rows) {
    insert contacts(1, 'First');
    insert notes(rows);
    showLimits();
    return 'saved';
  }

  public static String allRowsAfter() { return rowsAfter(9999); }
  public static String allRowsButOneAfter() { return rowsAfter(9998); }

  public static String tenThousand() {
    insert contacts(10000, 'Many');
    showLimits();
    return 'saved';
  }

  public static String spendCpu() {
    System.debug('SPEND 8500');
    insert contacts(1, 'Late');
    showLimits();
    return 'saved';
  }

  public static String saveLongTexts() {
    List<Contact> rows = contacts(160, 'Long');
    for (Contact row : rows) row.Description = 'x'.repeat(32000);
    insert rows;
    return 'saved';
  }

  /** Over four fifths of the heap, once the long texts are there. */
  public static String fillHeap() {
    List<Contact> rows = [SELECT Id, Description FROM Contact WHERE LastName LIKE 'Long%'];
    insert contacts(1, 'Late');
    showLimits();
    return String.valueOf(rows.size());
  }

  public static String passCpu() {
    insert contacts(1, 'Undone');
    System.debug('SPEND 10001');
    showLimits();
    return 'saved';
  }

  public static String saveUser() {
    User user = [SELECT Id FROM User WHERE Alias = 'sseller'];
    user.Title = 'Boss';
    user.IsActive = false;
    update user;
    return 'saved';
  }

  public static String mixUserAndContact() {
    User user = [SELECT Id FROM User WHERE Alias = 'sseller'];
    user.IsActive = true;
    update user;
    insert contacts(1, 'Mixed');
    return 'saved';
  }

  public static String saveUserThenLater() {
    saveUser();
    AcmeFuture.save(2);
    return 'saved';
  }
}`;

export const CUSTOMER_SOURCE: readonly SourceFile[] = [
  { path: 'objects/Acme_Note__c/Acme_Note__c.object-meta.xml', text: NOTE },
  {
    path: 'objects/Contact/validationRules/Acme_Rule.validationRule-meta.xml',
    text: RULE,
  },
  { path: 'triggers/AcmeContacts.trigger', text: CONTACT_TRIGGER },
  { path: 'classes/AcmeRules.cls', text: RULES },
  { path: 'classes/AcmeSaves.cls', text: SAVES },
  ...CUSTOMER_JOBS,
];
