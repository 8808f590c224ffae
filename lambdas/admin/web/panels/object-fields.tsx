import { useId, useState } from 'preact/hooks';
import { type CatalogueField, lockOf } from './field-lists.ts';

interface ObjectFieldsProps {
  readonly object: string;
  readonly fields: readonly CatalogueField[];
  readonly retired: readonly string[];
  readonly listed: readonly string[];
  readonly onChange: (listed: readonly string[]) => void;
}

/** The synced fields of one object: chips, and a field to add more by type-ahead. */
export function ObjectFields({ object, fields, retired, listed, onChange }: ObjectFieldsProps) {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const isIdentity = (name: string) => byName.get(name)?.identity === true;
  const always = listed.filter(isIdentity);
  const remove = (name: string) => onChange(listed.filter((other) => other !== name));
  return (
    <fieldset>
      <legend>{object}</legend>
      {listed.length === 0 && <p class="quiet">No field: updates of this object are not told.</p>}
      <ul class="chips">
        {listed
          .filter((name) => !isIdentity(name))
          .map((name) => (
            <Chip key={name} name={name} field={byName.get(name)} remove={() => remove(name)} />
          ))}
      </ul>
      {always.length > 0 && (
        <p class="quiet small">
          Always listed, because records are told apart and found by them: {always.join(', ')}.
        </p>
      )}
      <AddField object={object} fields={fields} listed={listed} onChange={onChange} />
      {retired.length > 0 && (
        <p class="quiet small">Gone from the org, or no longer readable: {retired.join(', ')}.</p>
      )}
    </fieldset>
  );
}

interface ChipProps {
  readonly name: string;
  readonly field: CatalogueField | undefined;
  readonly remove: () => void;
}

function Chip({ name, field, remove }: ChipProps) {
  const lock = lockOf(field);
  return (
    <li class="chip">
      <span title={field?.label}>{name}</span>
      {lock === undefined ? (
        <button type="button" aria-label={`Remove ${name}`} onClick={remove}>
          ×
        </button>
      ) : (
        <span class="quiet">required: {lock}</span>
      )}
    </li>
  );
}

function AddField({ object, fields, listed, onChange }: Omit<ObjectFieldsProps, 'retired'>) {
  const [text, setText] = useState('');
  const [formula, setFormula] = useState<CatalogueField>();
  const id = useId();
  const free = fields.filter(({ name, listable }) => listable && !listed.includes(name));
  const chosen = free.find(({ name, label }) => [name, label].includes(text.trim()));
  const add = () => {
    if (chosen === undefined) return;
    setText('');
    if (chosen.inputs !== undefined) setFormula(chosen);
    else onChange([...listed, chosen.name]);
  };
  return (
    <>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          list={id}
          aria-label={`Add a field of ${object}`}
          placeholder="Type a field's name"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <datalist id={id}>
          {free.map(({ name, label, inputs }) => (
            <option key={name} value={name}>
              {label}
              {inputs && ' (formula)'}
            </option>
          ))}
        </datalist>
        <button type="submit" class="button" disabled={chosen === undefined}>
          Add
        </button>
      </form>
      {formula && (
        <FormulaAdvice
          formula={formula}
          listed={listed}
          onReplace={(inputs) => {
            onChange([...listed, ...inputs]);
            setFormula(undefined);
          }}
        />
      )}
    </>
  );
}

interface FormulaAdviceProps {
  readonly formula: CatalogueField;
  readonly listed: readonly string[];
  readonly onReplace: (inputs: readonly string[]) => void;
}

/** Salesforce tells no change of a formula's result: what it reads is synced in its place. */
function FormulaAdvice({ formula, listed, onReplace }: FormulaAdviceProps) {
  const inputs = formula.inputs ?? [];
  const missing = inputs.filter((name) => !listed.includes(name));
  return (
    <div class="advice" role="status">
      <p>
        {formula.name} is a formula: Salesforce announces no change of its result.{' '}
        {inputs.length === 0
          ? 'It reads no field of this object, so nothing here can stand for it.'
          : `It is worked out from ${inputs.join(', ')}.`}
      </p>
      {missing.length > 0 && (
        <button type="button" class="button" onClick={() => onReplace(missing)}>
          Sync {missing.join(', ')} in its place
        </button>
      )}
    </div>
  );
}
