import { ApexEnumValue, ApexException } from '../values.ts';

/** The constants of an enum, one object per constant. */
export class EnumType {
  readonly name: string;
  readonly constants: readonly ApexEnumValue[];
  readonly #byName = new Map<string, ApexEnumValue>();

  constructor(name: string, constants: readonly string[]) {
    this.name = name;
    this.constants = constants.map((constant, ordinal) => {
      const value = new ApexEnumValue(name, constant, ordinal);
      this.#byName.set(constant.toLowerCase(), value);
      return value;
    });
  }

  find(constant: string): ApexEnumValue | undefined {
    return this.#byName.get(constant.toLowerCase());
  }

  /** @throws NoSuchElementException */
  require(constant: string): ApexEnumValue {
    const value = this.find(constant);
    if (value === undefined) {
      throw new ApexException(
        'NoSuchElementException',
        `No enum constant ${this.name}.${constant}`,
      );
    }
    return value;
  }
}

/** Enums of the platform; filled when the platform tables are read. */
const platformEnums = new Map<string, EnumType>();

export function registerEnum(name: string, constants: readonly string[]): void {
  if (!platformEnums.has(name)) {
    platformEnums.set(name, new EnumType(name, constants));
  }
}

/** @throws TypeError for an enum that no platform table lists */
export function platformEnum(name: string): EnumType {
  const found = platformEnums.get(name);
  if (found === undefined) {
    throw new TypeError(`There is no platform enum ${name}`);
  }
  return found;
}

export function findPlatformEnum(name: string): EnumType | undefined {
  return platformEnums.get(name);
}

/** A constant of a platform enum, e.g. `enumValue('TriggerOperation', 'AFTER_INSERT')`. */
export function enumValue(typeName: string, constant: string): ApexEnumValue {
  return platformEnum(typeName).require(constant);
}
