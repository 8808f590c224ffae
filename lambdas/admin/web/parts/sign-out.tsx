import { type Session, signOut } from '../session.ts';

interface SignOutProps {
  readonly session: Session;
  readonly onSignedOut: () => void;
}

/** Who is signed in, and the way out. */
export function SignOut({ session, onSignedOut }: SignOutProps) {
  return (
    <>
      <span class="quiet">{session.who}</span>
      <button type="button" class="button" onClick={() => void signOut(session).then(onSignedOut)}>
        Sign out
      </button>
    </>
  );
}
