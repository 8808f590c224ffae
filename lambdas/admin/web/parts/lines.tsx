interface LinesProps {
  readonly label: string;
  readonly of: readonly string[];
  readonly set: (lines: string[]) => void;
}

/** A list of short texts, one a line. */
export function Lines({ label, of, set }: LinesProps) {
  return (
    <label class="labelled">
      {label}
      <textarea
        defaultValue={of.join('\n')}
        onChange={(event) => set(linesOf(event.currentTarget.value))}
      />
    </label>
  );
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return [...new Set(lines.filter((line) => line !== ''))];
}
