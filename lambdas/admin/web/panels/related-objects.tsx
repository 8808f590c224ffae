import { useCallback, useState } from 'preact/hooks';
import type { LoggingAnswer, RelatableAnswer } from '../answers.ts';
import type { Api } from '../api.ts';
import { Check } from '../parts/check.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { useResource } from '../use-resource.ts';

type Related = LoggingAnswer['relatedObjects'][number];

interface RelatedObjectsProps {
  readonly api: Api;
  readonly of: readonly Related[];
  readonly set: (next: Related[]) => void;
}

/** Custom objects that activities are related to: the first that has a record counts. */
export function RelatedObjects({ api, of, set }: RelatedObjectsProps) {
  const load = useCallback(() => api.get<RelatableAnswer>('/related-objects'), [api]);
  const relatable = useResource(load);
  const without = (place: number) => of.filter((_, index) => index !== place);
  return (
    <fieldset>
      <legend>Related custom objects</legend>
      {of.map((one, place) => (
        <div class="row" key={`${one.object} ${one.lookup}`}>
          <span>
            {one.object} by {one.lookup} <span class="quiet">({one.to})</span>
          </span>
          <Check
            label="Before an opportunity"
            on={one.beforeOpportunity}
            set={(beforeOpportunity) => set(of.with(place, { ...one, beforeOpportunity }))}
          />
          <button
            type="button"
            class="button"
            aria-label={`Remove ${one.object} by ${one.lookup}`}
            onClick={() => set(without(place))}
          >
            Remove
          </button>
        </div>
      ))}
      <Loaded
        of={relatable}
        what="the custom objects"
        empty={({ objects }) =>
          objects.length === 0
            ? 'The org has no custom object that takes activities and looks up to a contact, an account or an opportunity.'
            : undefined
        }
      >
        {({ objects }) => <NewRelated objects={objects} add={(one) => set([...of, one])} of={of} />}
      </Loaded>
    </fieldset>
  );
}

interface NewRelatedProps {
  readonly objects: RelatableAnswer['objects'];
  readonly of: readonly Related[];
  readonly add: (one: Related) => void;
}

function NewRelated({ objects, of, add }: NewRelatedProps) {
  const listed = new Set(of.map(({ object, lookup }) => `${object}.${lookup}`));
  const choices = objects.flatMap(({ object, label, lookups }) =>
    lookups
      .filter(({ field }) => !listed.has(`${object}.${field}`))
      .map(({ field, to, label: by }) => ({
        name: `${object}.${field}`,
        text: `${label}, by ${by} (${to})`,
        related: { object, lookup: field, to, beforeOpportunity: false },
      })),
  );
  const [chosen, setChosen] = useState('');
  const choice = choices.find(({ name }) => name === chosen) ?? choices[0];
  if (choice === undefined) return null;
  return (
    <div class="row">
      <label>
        Object and look-up
        <select value={choice.name} onChange={(event) => setChosen(event.currentTarget.value)}>
          {choices.map(({ name, text }) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="button" onClick={() => add(choice.related)}>
        Relate to it
      </button>
    </div>
  );
}
