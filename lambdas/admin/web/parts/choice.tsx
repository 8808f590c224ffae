interface ChoiceProps<V extends string> {
  readonly label: string;
  /** What may be chosen, each with what the reader sees. */
  readonly options: Readonly<Record<V, string>>;
  readonly value: V;
  readonly set: (value: V) => void;
}

export function Choice<V extends string>({ label, options, value, set }: ChoiceProps<V>) {
  const names = Object.keys(options) as V[];
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => set(event.currentTarget.value as V)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {options[name]}
          </option>
        ))}
      </select>
    </label>
  );
}
