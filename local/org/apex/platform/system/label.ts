import { platformType } from '../definition.ts';

/** `Label.Name` and `System.Label.Name`: the compiler puts the deployed label's text in its place. */
export const labelType = platformType({ name: 'Label', members: {} });
