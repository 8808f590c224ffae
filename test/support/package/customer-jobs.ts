import type { SourceFile } from '../../../local/org/apex/program.ts';

/** A customer's own asynchronous Apex, each kind with the work that the platform allows it beside its saves. */

const JOB = `public class AcmeJob implements Queueable {
  private Integer left;
  public AcmeJob(Integer left) { this.left = left; }
  public void execute(QueueableContext context) {
    List<Contact> rows = AcmeSaves.contacts(201, 'Job ' + left);
    insert rows;
    update new List<Contact>{ new Contact(Id = rows[0].Id, Title = 'First') };
    AcmeSaves.showLimits();
    // An asynchronous transaction has one slot for a further job: nobody else may take it.
    if (left > 0) System.enqueueJob(new AcmeJob(left - 1));
  }
}`;

const FUTURE = `public class AcmeFuture {
  @future
  public static void save(Integer count) {
    insert AcmeSaves.contacts(count, 'Future');
    AcmeSaves.showLimits();
  }
}`;

const BATCH = `public class AcmeBatch implements Database.Batchable<SObject>, Database.Stateful {
  private Integer chunks = 0;
  public Database.QueryLocator start(Database.BatchableContext context) {
    return Database.getQueryLocator('SELECT Id FROM Acme_Note__c ORDER BY Id');
  }
  public void execute(Database.BatchableContext context, List<Acme_Note__c> notes) {
    chunks++;
    List<Contact> rows = AcmeSaves.contacts(201, 'Chunk ' + chunks);
    insert rows;
    for (Contact row : rows) row.Title = notes.size() + ' notes';
    update rows;
    AcmeSaves.showLimits();
    // A chunk may queue one job and call no future method: nobody else may take its slot.
    if (chunks == 2) System.enqueueJob(new AcmeJob(0));
  }
  public void finish(Database.BatchableContext context) {
    insert new Contact(LastName = 'After ' + chunks + ' chunks');
    System.enqueueJob(new AcmeJob(0));
  }
}`;

const SCHEDULED = `public class AcmeScheduled implements Schedulable {
  public void execute(SchedulableContext context) {
    insert AcmeSaves.contacts(201, 'Scheduled');
    AcmeSaves.showLimits();
    AcmeFuture.save(2);
  }
}`;

export const CUSTOMER_JOBS: readonly SourceFile[] = [
  { path: 'classes/AcmeJob.cls', text: JOB },
  { path: 'classes/AcmeFuture.cls', text: FUTURE },
  { path: 'classes/AcmeBatch.cls', text: BATCH },
  { path: 'classes/AcmeScheduled.cls', text: SCHEDULED },
];
