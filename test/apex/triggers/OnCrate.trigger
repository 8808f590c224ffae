trigger OnCrate on Crate__c (
  before insert, before update, before delete, after insert, after update, after delete, after undelete
) {
  CrateHandler.handle();
}
