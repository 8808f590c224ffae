import { ApexList } from '../../collections.ts';
import type { Realm } from '../../realm.ts';
import { ApexException, type ApexValue, PlatformObject } from '../../values.ts';
import { type PlatformMember, platformType } from '../definition.ts';
import { withProperties } from './properties.ts';
import type { LeadConversionOutcome } from './system-services.ts';

interface LeadConvertState {
  leadId: string | null;
  accountId: string | null;
  contactId: string | null;
  ownerId: string | null;
  convertedStatus: string | null;
  opportunityName: string | null;
  doNotCreateOpportunity: boolean;
}

type LeadConvert = PlatformObject<LeadConvertState>;
type Result = PlatformObject<LeadConversionOutcome>;

/** `conversion.leadId`, to read and to write. */
function property(name: keyof LeadConvertState): PlatformMember {
  return (_realm: Realm, self: LeadConvert, ...value: ApexValue[]): ApexValue => {
    if (value.length > 0) Object.assign(self.state, { [name]: value[0] ?? null });
    return self.state[name];
  };
}

function setter(name: keyof LeadConvertState): PlatformMember {
  return (_realm: Realm, self: LeadConvert, value: ApexValue) => {
    Object.assign(self.state, { [name]: value });
    return null;
  };
}

function getter(name: keyof LeadConvertState): PlatformMember {
  return (_realm: Realm, self: LeadConvert) => self.state[name];
}

export const leadConvertType = platformType({
  name: 'Database.LeadConvert',
  members: {
    'new()': () =>
      new PlatformObject<LeadConvertState>('Database.LeadConvert', {
        leadId: null,
        accountId: null,
        contactId: null,
        ownerId: null,
        convertedStatus: null,
        opportunityName: null,
        doNotCreateOpportunity: false,
      }),
    'get set Id leadId': property('leadId'),
    'get set Id accountId': property('accountId'),
    'get set Id contactId': property('contactId'),
    'get set Id ownerId': property('ownerId'),
    'get set String convertedStatus': property('convertedStatus'),
    'get set String opportunityName': property('opportunityName'),
    'get set Boolean doNotCreateOpportunity': property('doNotCreateOpportunity'),
    'void setLeadId(Id leadId)': setter('leadId'),
    'void setAccountId(Id accountId)': setter('accountId'),
    'void setContactId(Id contactId)': setter('contactId'),
    'void setOwnerId(Id ownerId)': setter('ownerId'),
    'void setConvertedStatus(String status)': setter('convertedStatus'),
    'void setOpportunityName(String name)': setter('opportunityName'),
    'void setDoNotCreateOpportunity(Boolean without)': setter('doNotCreateOpportunity'),
    'Id getLeadId()': getter('leadId'),
    'Id getAccountId()': getter('accountId'),
    'Id getContactId()': getter('contactId'),
    'Id getOwnerId()': getter('ownerId'),
    'String getConvertedStatus()': getter('convertedStatus'),
    'String getOpportunityName()': getter('opportunityName'),
    'Boolean isDoNotCreateOpportunity()': getter('doNotCreateOpportunity'),
  },
});

export const leadConvertResultType = platformType({
  name: 'Database.LeadConvertResult',
  members: withProperties({
    'Boolean isSuccess()': (_realm: Realm, self: Result) => self.state.errors.length === 0,
    'Id getLeadId()': (_realm: Realm, self: Result) => self.state.leadId,
    'Id getAccountId()': (_realm: Realm, self: Result) => self.state.accountId,
    'Id getContactId()': (_realm: Realm, self: Result) => self.state.contactId,
    'Id getOpportunityId()': (_realm: Realm, self: Result) => self.state.opportunityId,
    'List<Database.Error> getErrors()': (_realm: Realm, self: Result) =>
      new ApexList(
        'Database.Error',
        self.state.errors.map((error) => new PlatformObject('Database.Error', error)),
      ),
  }),
});

function convert(realm: Realm, { state }: LeadConvert, allOrNone: boolean | null = true): Result {
  const { leadId, convertedStatus } = state;
  if (leadId === null || convertedStatus === null) {
    throw new ApexException(
      'IllegalArgumentException',
      'A lead conversion needs a lead and a status',
    );
  }
  const outcome = realm.system.database.convertLead(
    {
      leadId,
      convertedStatus,
      doNotCreateOpportunity: state.doNotCreateOpportunity,
      ...(state.accountId === null ? {} : { accountId: state.accountId }),
      ...(state.contactId === null ? {} : { contactId: state.contactId }),
      ...(state.ownerId === null ? {} : { ownerId: state.ownerId }),
      ...(state.opportunityName === null ? {} : { opportunityName: state.opportunityName }),
    },
    allOrNone !== false,
  );
  return new PlatformObject('Database.LeadConvertResult', outcome);
}

const convertOne = (
  realm: Realm,
  _self: null,
  conversion: LeadConvert,
  allOrNone?: boolean | null,
): Result => convert(realm, conversion, allOrNone);

/** The lead conversions of `Database`. */
export const leadConversionMembers: Readonly<Record<string, PlatformMember>> = {
  'static Database.LeadConvertResult convertLead(Database.LeadConvert conversion)': convertOne,
  'static Database.LeadConvertResult convertLead(Database.LeadConvert conversion, Boolean allOrNone)':
    convertOne,
};
