/**
 * Compiled Apex keeps the lines of its source, so a JavaScript stack names Apex lines; only the names of the methods
 * are missing. Every compiled file registers which of its lines belong to which member.
 */

/** A stretch of lines, both inclusive, from 1. */
export interface MemberSpan {
  readonly firstLine: number;
  readonly lastLine: number;
  /** `Class.Outer.Inner.method`, `Class.Outer.<init>`, `Trigger.Name`. */
  readonly label: string;
}

export interface ApexFrame {
  readonly label: string;
  readonly line: number;
}

/** Script names are content-addressed (path and hash), so entries never change and stay true for every deploy. */
const spansByScript = new Map<string, readonly MemberSpan[]>();

const FRAME = /\(?(apex:[^\s()]+):(\d+):\d+\)?$/;

/** JavaScript's own default of ten frames is too few for Apex below triggers below Apex. */
const STACK_DEPTH = 100;

/**
 * Functions of this name start Apex on behalf of the platform: a trigger, a job, a mock. What called them is no part
 * of an Apex stack trace.
 */
const ENTRY_FUNCTION = 'apexEntry';

export function registerScript(scriptName: string, spans: readonly MemberSpan[]): void {
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK_DEPTH);
  spansByScript.set(scriptName, spans);
}

/** The Apex frames of a JavaScript stack, innermost first, up to where the platform started this Apex. */
export function apexFrames(stack: string): ApexFrame[] {
  const frames: ApexFrame[] = [];
  for (const text of stack.split('\n')) {
    if (text.includes(ENTRY_FUNCTION)) {
      break;
    }
    const match = FRAME.exec(text);
    if (match !== null) {
      const line = Number(match[2]);
      frames.push({ label: labelOf(match[1] ?? '', line), line });
    }
  }
  return frames;
}

/** True when the innermost frame of the stack is compiled Apex: the error rose in generated code, not below it. */
export function roseInApex(stack: string): boolean {
  const innermost = stack.split('\n').find((text) => /^\s+at /.test(text));
  return innermost !== undefined && FRAME.test(innermost);
}

function labelOf(scriptName: string, line: number): string {
  const spans = spansByScript.get(scriptName) ?? [];
  let best: MemberSpan | undefined;
  for (const span of spans) {
    if (span.firstLine <= line && line <= span.lastLine && isTighter(span, best)) {
      best = span;
    }
  }
  return best?.label ?? scriptName;
}

function isTighter(span: MemberSpan, best: MemberSpan | undefined): boolean {
  return best === undefined || span.lastLine - span.firstLine < best.lastLine - best.firstLine;
}
