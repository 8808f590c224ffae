interface CheckProps {
  readonly label: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

export function Check({ label, on, set }: CheckProps) {
  return (
    <label>
      <input type="checkbox" checked={on} onChange={() => set(!on)} />
      {label}
    </label>
  );
}
