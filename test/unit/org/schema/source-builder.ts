/** SFDX source files for tests. */
export function source(path: string, root: string, body: string): { path: string; text: string } {
  return {
    path,
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://soap.sforce.com/2006/04/metadata">${body}</${root}>`,
  };
}

export function customObject(name: string, body: string) {
  return source(`objects/${name}/${name}.object-meta.xml`, 'CustomObject', body);
}

export function customField(object: string, name: string, body: string, withName = true) {
  const fullName = withName ? `<fullName>${name}</fullName>` : '';
  return source(`objects/${object}/fields/${name}.field-meta.xml`, 'CustomField', fullName + body);
}
