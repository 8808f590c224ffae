import type { ApexObject } from './values.ts';

export class ApexBlob implements ApexObject {
  readonly apexType = 'Blob';
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
