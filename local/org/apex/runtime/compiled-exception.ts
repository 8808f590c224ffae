import { ApexException } from '../values.ts';

/** Base of the exception classes of compiled source. The generated constructors and fields build on it. */
export abstract class CompiledException extends ApexException {
  /** Set by every generated class. */
  static readonly apexName: string;

  constructor() {
    super(new.target.apexName);
  }

  override get typeName(): string {
    return this.apexType;
  }

  /** Initializes the fields of all classes of the exception; generated classes add their own. */
  $fields(): this {
    return this;
  }

  /** What the constructors that every exception has do. */
  $describe(message?: string | null, cause: ApexException | null = null): this {
    if (message !== undefined && message !== null) {
      this.message = message;
    } else if (cause !== null) {
      this.message = `${cause.typeName}: ${cause.message}`;
    }
    this.causedBy = cause;
    return this;
  }
}
