import { describe, expect, it } from 'vitest';
import {
  createHostRules,
  SALESFORCE_LOGIN_HOSTS,
} from '../../../../lambdas/adapters/salesforce/hosts.ts';

const rules = createHostRules(SALESFORCE_LOGIN_HOSTS);
const local = createHostRules(['http://127.0.0.1:8081']);

describe('host rules', () => {
  it.each([
    'https://login.salesforce.com',
    'https://test.salesforce.com/',
    'https://acme.my.salesforce.com',
    'https://acme--uat.sandbox.my.salesforce.com/x',
  ])('lets users sign in at %s', (url) => {
    expect(rules.loginOrigin(url)).toBe(new URL(url).origin);
  });

  it.each([
    'http://login.salesforce.com',
    'https://login.salesforce.com:8443',
    'https://login.salesforce.com.evil.example',
    'https://user@acme.my.salesforce.com',
    'https://evil.example/https://login.salesforce.com',
    'http://127.0.0.1:8081',
    'not a url',
  ])('refuses %s', (url) => {
    expect(() => rules.loginOrigin(url)).toThrow('not a login host');
    expect(() => rules.instanceOrigin(url)).toThrow('no host of Salesforce');
  });

  it('takes instances without My Domain, but lets nobody sign in there', () => {
    expect(rules.instanceOrigin('https://na1.salesforce.com')).toBe('https://na1.salesforce.com');
    expect(() => rules.loginOrigin('https://evilmy.salesforce.com')).toThrow('not a login host');
    expect(() => rules.loginOrigin('https://na1.salesforce.com')).toThrow('not a login host');
  });

  it('takes a practice org only as the whole origin that was named', () => {
    expect(local.loginOrigin('http://127.0.0.1:8081/')).toBe('http://127.0.0.1:8081');
    expect(() => local.loginOrigin('http://127.0.0.1:8082')).toThrow();
    expect(() => local.loginOrigin('https://login.salesforce.com')).toThrow();
  });
});
