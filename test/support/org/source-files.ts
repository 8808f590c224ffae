/** A file of SFDX source, as the org deploys it. */
interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** A metadata file of this type, with its XML head and namespace. */
export function metadataText(type: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${type} xmlns="http://soap.sforce.com/2006/04/metadata">${content}</${type}>`;
}

/** A platform event without fields of its own. @param name without `__e` */
export function eventFile(
  name: string,
  publishBehavior: 'PublishAfterCommit' | 'PublishImmediately',
): SourceText {
  const content =
    `<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType><label>${name}</label>` +
    `<pluralLabel>${name}s</pluralLabel><publishBehavior>${publishBehavior}</publishBehavior>`;
  return {
    path: `objects/${name}__e/${name}__e.object-meta.xml`,
    text: metadataText('CustomObject', content),
  };
}
