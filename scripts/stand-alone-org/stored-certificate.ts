import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, serverCertificate } from '../certificates/self-signed.ts';
import { writeSecretFile } from '../one-machine/secret-file.ts';

export interface StoredCertificate extends Certificate {
  /** What clients are to trust; absolute. */
  readonly file: string;
}

const DAY_MS = 86_400_000;

/** The data folder's certificate: a new one when there is none, when it lacks a name, or when it is about to end. */
export function storedCertificate(
  dataDir: string,
  names: readonly string[],
  nowMs = Date.now(),
): StoredCertificate {
  const file = join(dataDir, 'tls.crt');
  const keyFile = join(dataDir, 'tls.key');
  const isThere = existsSync(file) && existsSync(keyFile);
  const read = (): Certificate => ({
    cert: readFileSync(file, 'utf8'),
    key: readFileSync(keyFile, 'utf8'),
  });
  if (!isThere || !stillFits(read(), names, nowMs)) {
    const { cert, key } = serverCertificate(names, nowMs);
    writeSecretFile(keyFile, key);
    writeSecretFile(file, cert);
  }
  return { file, ...read() };
}

function stillFits({ cert, key }: Certificate, names: readonly string[], nowMs: number): boolean {
  const certificate = new X509Certificate(cert);
  if (Date.parse(certificate.validTo) < nowMs + DAY_MS) return false;
  // A kill between the two writes leaves a certificate with another key.
  if (!certificate.checkPrivateKey(createPrivateKey(key))) return false;
  return names.every((name) => certificate.checkHost(name) ?? certificate.checkIP(name));
}
