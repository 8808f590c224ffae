import { checkbox, email, field, lookup, phone, readOnly, text } from '../schema/field-builder.ts';
import { fieldMap } from '../schema/object-builder.ts';

/** The fields a polymorphic parent (`Who`, `What`, `Owner`) shows, whatever record it is. */
export const nameFields = fieldMap([
  field('Id', 'Name ID', 'id', { ...readOnly, length: 18 }),
  text('Name', 'Name', 255, readOnly),
  text('FirstName', 'First Name', 40, readOnly),
  text('LastName', 'Last Name', 80, readOnly),
  text('Type', 'Type', 40, readOnly),
  text('Title', 'Title', 128, readOnly),
  email('Email', 'Email', 128, readOnly),
  phone('Phone', 'Phone', readOnly),
  text('Alias', 'Alias', 8, readOnly),
  text('Username', 'Username', 80, readOnly),
  checkbox('IsActive', 'Active', readOnly),
  lookup('ProfileId', 'Profile ID', 'Profile', readOnly),
  lookup('UserRoleId', 'Role ID', 'UserRole', readOnly),
]);
