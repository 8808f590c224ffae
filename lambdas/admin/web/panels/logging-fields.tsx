import { KIND_LABELS, KINDS } from '../activity-kinds.ts';
import type { LoggingAnswer } from '../answers.ts';
import { Check } from '../parts/check.tsx';
import { Choice } from '../parts/choice.tsx';
import { Lines } from '../parts/lines.tsx';

const THROUGH = {
  'primary-role': 'Where the contact is the primary contact role',
  'any-role': 'Where the contact has any contact role',
  account: "Of the contact's account",
  none: 'None: relate to the account only',
} as const;

const OFFERS = {
  nothing: 'Nothing',
  Contact: 'A contact',
  Lead: 'A lead',
} as const;

const SIDEBAR_OBJECTS = ['Contact', 'Lead', 'Account', 'Opportunity'] as const;

interface LoggingFieldsProps {
  readonly of: LoggingAnswer;
  readonly set: (change: Partial<LoggingAnswer>) => void;
}

/** What is logged, and where: the same of a role, and of a user who may choose for himself. */
export function LoggingFields({ of, set }: LoggingFieldsProps) {
  return (
    <>
      <LoggedKinds of={of} set={set} />
      <Opportunities of={of} set={set} />
      <fieldset>
        <legend>People and texts</legend>
        <div class="row">
          <Check
            label="Create unresolved tasks for who is not in Salesforce"
            on={of.unresolved}
            set={(unresolved) => set({ unresolved })}
          />
          <Check label="Log BCC recipients" on={of.logBcc} set={(logBcc) => set({ logBcc })} />
          <Check
            label="Texts become comments"
            on={of.logTexts}
            set={(logTexts) => set({ logTexts })}
          />
        </div>
        <div class="row">
          <Choice
            label="Offered for who is not in Salesforce"
            options={OFFERS}
            value={of.offerToCreate}
            set={(offerToCreate) => set({ offerToCreate })}
          />
          <Check
            label="Assignment rules run on new leads"
            on={of.assignmentRules}
            set={(assignmentRules) => set({ assignmentRules })}
          />
        </div>
      </fieldset>
      <SidebarFields of={of} set={set} />
    </>
  );
}

function LoggedKinds({ of: { notLogged }, set }: LoggingFieldsProps) {
  return (
    <fieldset>
      <legend>Logged to Salesforce</legend>
      <div class="row">
        {KINDS.map((kind) => (
          <Check
            key={kind}
            label={KIND_LABELS[kind]}
            on={!notLogged.includes(kind)}
            set={(on) =>
              set({
                notLogged: on ? notLogged.filter((one) => one !== kind) : [...notLogged, kind],
              })
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

function Opportunities({ of: { opportunities }, set }: LoggingFieldsProps) {
  const change = (part: Partial<LoggingAnswer['opportunities']>) =>
    set({ opportunities: { ...opportunities, ...part } });
  return (
    <fieldset>
      <legend>Related opportunity</legend>
      <div class="row">
        <Choice
          label="Which"
          options={THROUGH}
          value={opportunities.through}
          set={(through) => change({ through })}
        />
        <Check
          label="Only the user's own"
          on={opportunities.owned === 'by-user'}
          set={(on) => change({ owned: on ? 'by-user' : 'all' })}
        />
        <Check
          label="Closed ones too, after open ones"
          on={opportunities.closed}
          set={(closed) => change({ closed })}
        />
      </div>
    </fieldset>
  );
}

function SidebarFields({ of: { sidebarFields }, set }: LoggingFieldsProps) {
  return (
    <details>
      <summary>Fields of the sidebar, besides those that Salesforce requires</summary>
      <div class="columns">
        {SIDEBAR_OBJECTS.map((object) => (
          <Lines
            key={object}
            label={`${object}: API names, one a line`}
            of={sidebarFields[object] ?? []}
            set={(names) => set({ sidebarFields: { ...sidebarFields, [object]: names } })}
          />
        ))}
      </div>
    </details>
  );
}
