import { describe, expect, it } from 'vitest';
import { problemsIn } from '../../../support/org/apex-snippet.ts';

const OTHERS = {
  'classes/Other.cls': 'public class Other { private class Inner { } }',
  'classes/Virt.cls': 'public virtual class Virt { public virtual void may() { } }',
};

/** What the compiler says of a class with that content. */
function problemsOfMembers(content: string, modifiers = 'public'): string[] {
  const text = `${modifiers} class Probe {\n${content}\n}`;
  return problemsIn({ ...OTHERS, 'classes/Probe.cls': text }).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

describe('declarations that disagree with themselves are refused where they stand', () => {
  it.each([
    ['void m() { Other.Inner i; }', '2:12 Type is not visible: Other.Inner'],
    ['enum E { A, B, a }', '2:16 Duplicate enum value: a'],
    ['void m() { Integer select = 1; }', '2:20 Identifier name is reserved: select'],
    ['void m() { Integer a__b = 1; }', '2:20 Invalid character in identifier: a__b'],
    ['Integer limit;', '2:9 Identifier name is reserved: limit'],
    ['void m_() { }', '2:6 Invalid character in identifier: m_'],
    ['@Nonsense void m() { }', '2:1 Annotation does not exist: @Nonsense'],
    [
      '@future(nope=true) static void m() { }',
      '2:1 Annotation property does not exist: @future(nope)',
    ],
    [
      '@future static void m(Account a) { }',
      '2:21 Unsupported parameter type Account of the future method m',
    ],
    ['@future void m() { }', '2:14 Future methods must be static void: m'],
    [
      '@IsTest static void m() { }',
      '2:21 Defining type for test methods must be declared as IsTest: m',
    ],
    ['abstract void m();', '2:15 A class with abstract methods must be abstract itself: m'],
    ['class C { static void m() { } }', '2:23 Inner classes cannot have static members'],
    [
      'class C extends Virt { protected override void may() { } }',
      '2:48 Cannot reduce the visibility of the overridden method: may',
    ],
    ['public private void m() { }', '2:21 Only one access modifier is allowed: m'],
    ['global void m() { }', '2:13 Defining type for global methods must be declared as global: m'],
    ['webservice static void m() { }', '2:24 webservice methods are not supported: m'],
    ['Integer p { get; get; }', '2:18 A property has one getter at most'],
  ])('%s', (content, problem) => {
    expect(problemsOfMembers(content)).toEqual([problem]);
  });

  it('a test method returns nothing and takes nothing', () => {
    expect(
      problemsOfMembers('@IsTest static Integer m(Integer i) { return i; }', '@IsTest private'),
    ).toEqual(['2:24 Test methods must be static void and take no parameters: m']);
  });
});

describe('statements that can never do what they say are refused', () => {
  it.each([
    [
      'void m() { try { m(); } catch (Exception e) { } catch (NullPointerException n) { } }',
      '2:56 Exception already caught: NullPointerException',
    ],
    [
      'void m(Integer i) { switch on i { when 1, 2 { } when 2 { } } }',
      '2:54 Duplicate when value: 2',
    ],
    [
      'Boolean m(Other o) { return o instanceof Other; }',
      '2:29 Operation instanceof is always true since an instance of Other is always an instance of Other',
    ],
    [
      'void m(Account a) { upsert a Name; }',
      '2:21 Invalid field for upsert, must be an External Id custom or standard indexed field: Name',
    ],
    ['void m(Id i) { delete i; }', '2:23 DML requires SObject or SObject list type: Id'],
  ])('%s', (content, problem) => {
    expect(problemsOfMembers(content)).toEqual([problem]);
  });
});
