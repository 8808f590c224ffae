import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSecretFile } from './secret-file.ts';

/** What a data folder keeps of itself: made once, readable by its owner only. */
export interface MachineIdentity {
  /** 18 characters: the practice org's id. */
  readonly orgId: string;
  /** Client id and key pair with which the receiver signs in as the Sync User. */
  readonly clientId: string;
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
  /** Opens `/__org/…` and `/__local/…`. */
  readonly controlToken: string;
  /** Seeds the practice org's ids and delays. */
  readonly seed: string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECK_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

export function machineIdentity(dataDir: string): MachineIdentity {
  const file = join(dataDir, 'identity.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as MachineIdentity;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const identity: MachineIdentity = {
    orgId: newOrgId(),
    clientId: randomBytes(16).toString('hex'),
    privateKeyPem: privateKey,
    publicKeyPem: publicKey,
    controlToken: randomBytes(24).toString('base64url'),
    seed: randomBytes(8).toString('hex'),
  };
  writeSecretFile(file, JSON.stringify(identity));
  return identity;
}

/** `00D`, nine random characters, `000`, and the three check characters of an 18-character id. */
function newOrgId(): string {
  const random = [...randomBytes(9)]
    .map((byte) => ALPHABET.charAt(byte % ALPHABET.length))
    .join('');
  const id15 = `00D${random}000`;
  const checks = [0, 5, 10].map((start) => {
    const bits = [...id15.slice(start, start + 5)].reduce(
      (sum, character, index) => sum + (/[A-Z]/.test(character) ? 1 << index : 0),
      0,
    );
    return CHECK_ALPHABET.charAt(bits);
  });
  return id15 + checks.join('');
}
