import { AppError } from './errors.ts';

/**
 * Why Salesforce does not let the Sync User in. `inactive`: deactivated or frozen; `refused`: the grant was revoked, the
 * app is gone or blocked, the user's profile or IP range forbids it; `org-replaced`: the sign-in leads to another org, as
 * after the refresh of a sandbox.
 */
export type SignInRefusal = 'inactive' | 'refused' | 'org-replaced';

/** The Sync User cannot sign in: nothing but an admin's hand changes that. */
export class SignInRefused extends AppError {
  readonly refusal: SignInRefusal;
  /** What Salesforce said, in its own code words. */
  readonly detail: string;

  constructor(refusal: SignInRefusal, detail: string, message: string) {
    super('unauthorized', message);
    this.refusal = refusal;
    this.detail = detail;
  }
}
