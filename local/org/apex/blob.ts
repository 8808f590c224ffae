import { HeapObject, noteMade } from './heap-census.ts';
import type { ApexObject } from './values.ts';

export class ApexBlob extends HeapObject implements ApexObject {
  readonly apexType = 'Blob';
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super();
    this.bytes = bytes;
    noteMade(bytes.length);
  }

  override heapBytes(): number {
    return this.bytes.length;
  }
}
