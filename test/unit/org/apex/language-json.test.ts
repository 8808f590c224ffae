import { describe, expect, it } from 'vitest';
import { evaluate, run } from '../../../support/org/apex-snippet.ts';

const members = `
  enum Size { SMALL, LARGE }
  virtual class Base { public Integer id = 7; }
  class Order extends Base {
    public String name; public Decimal total; public List<Line> lines; public Map<String, Object> extra; public Size size;
    public Datetime placed; public Date due; public transient String secret; private Boolean paid = false;
    public Integer count { get; set; }
    public Integer twice { get { return count == null ? null : count * 2; } }
  }
  class Line { public String sku; public Integer quantity; public Line(String sku) { this.sku = sku; } }`;

describe('JSON.serialize', () => {
  it.each([
    ['JSON.serialize(null)', 'null'],
    ["JSON.serialize('a\"b')", '"a\\"b"'],
    ['JSON.serialize(1.50)', '1.50'],
    ['JSON.serialize(2.0d)', '2.0'],
    ['JSON.serialize(5000000000L)', '5000000000'],
    ["JSON.serialize(new List<Object>{ 1, 'x', true, null })", '[1,"x",true,null]'],
    ["JSON.serialize(new Map<String, Object>{ 'a' => 1, 'b' => null })", '{"a":1,"b":null}'],
    ["JSON.serialize(new Map<String, Object>{ 'a' => null }, true)", '{"a":null}'],
    ['JSON.serialize(Datetime.newInstanceGmt(2026, 1, 2, 3, 4, 5))', '"2026-01-02T03:04:05.000Z"'],
    ['JSON.serialize(Date.newInstance(2026, 1, 2))', '"2026-01-02"'],
    [
      "JSON.serialize(new Account(Name = 'x', NumberOfEmployees = 5))",
      '{"attributes":{"type":"Account"},"Name":"x","NumberOfEmployees":5}',
    ],
    [
      "JSON.serialize(new Account(Id = '001Dp0000000001'))",
      '{"attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001Dp0000000001IAA"},"Id":"001Dp0000000001IAA"}',
    ],
    [
      "JSON.serialize(new Contact(LastName = 'y', Account = new Account(Name = 'x')))",
      '{"attributes":{"type":"Contact"},"LastName":"y","Account":{"attributes":{"type":"Account"},"Name":"x"}}',
    ],
    ["JSON.serialize(new Line('a'))", '{"sku":"a","quantity":null}'],
    ["JSON.serialize(new Line('a'), true)", '{"sku":"a"}'],
    [
      "JSON.serializePretty(new Map<String, Object>{ 'a' => new List<Integer>{ 1, 2 } })",
      '{\n  "a" : [ 1, 2 ]\n}',
    ],
  ])('%s → %s', (expression, result) => {
    expect(evaluate(expression, { members })).toBe(result);
  });

  it('writes fields of all classes in order, getters included, transient ones left out', () => {
    const body = `Order o = new Order(); o.name = 'n'; o.secret = 's'; o.count = 4; o.size = Size.LARGE; return JSON.serialize(o, true);`;
    expect(run(body, { members })).toBe(
      '{"id":7,"name":"n","size":"LARGE","paid":false,"count":4,"twice":8}',
    );
  });

  it('refuses cycles and what has no JSON', () => {
    const cycle =
      "List<Object> l = new List<Object>(); l.add(l); try { return JSON.serialize(l); } catch (JSONException e) { return 'refused'; }";
    expect(run(cycle)).toBe('refused');
    const request =
      'try { return JSON.serialize(new HttpRequest()); } catch (JSONException e) { return e.getMessage(); }';
    expect(run(request)).toBe('Type is not serializable: HttpRequest');
  });
});

describe('JSON.deserialize', () => {
  it('reads classes, whatever the order and case of the members', () => {
    const text =
      '{"NAME":"n","total":"12.50","lines":[{"sku":"a","quantity":2},null],"extra":{"k":[1,2.5]},"size":"small","placed":"2026-01-02T03:04:05.000+0100","due":"2026-01-02","secret":"s","unknown":1,"id":9}';
    const body = `Order o = (Order) JSON.deserialize('${text}', Order.class);
      return o.name + o.total + o.lines.size() + o.lines[0].sku + o.lines[0].quantity + o.extra + o.size + o.placed + o.due + o.secret + o.id;`;
    expect(run(body, { members })).toBe(
      'n12.502a2{k=(1, 2.5)}SMALL2026-01-02 02:04:052026-01-02 00:00:00null9',
    );
  });

  it.each([
    ["(List<Integer>) JSON.deserialize('[1,2]', List<Integer>.class)", '(1, 2)'],
    ['(Map<Integer, String>) JSON.deserialize(\'{"1":"a"}\', Map<Integer, String>.class)', '{1=a}'],
    ['(Set<Id>) JSON.deserialize(\'["001Dp0000000001"]\', Set<Id>.class)', '{001Dp0000000001IAA}'],
    [
      '((Account) JSON.deserialize(\'{"attributes":{"type":"Account"},"name":"x"}\', Account.class)).Name',
      'x',
    ],
    [
      '((Account) JSON.deserialize(\'{"attributes":{"type":"Account"},"Name":"x"}\', SObject.class)).Name',
      'x',
    ],
    [
      '((Account) JSON.deserialize(\'{"Contacts":{"totalSize":1,"done":true,"records":[{"LastName":"l"}]}}\', Account.class)).Contacts[0].LastName',
      'l',
    ],
    ['((Contact) JSON.deserialize(\'{"Account":{"Name":"p"}}\', Contact.class)).Account.Name', 'p'],
    ["JSON.deserialize('null', Account.class) == null", 'true'],
    [
      'JSON.deserializeUntyped(\'{"a":[1,5000000000,1.5,true,null,"x"]}\')',
      '{a=(1, 5000000000, 1.5, true, null, x)}',
    ],
  ])('%s → %s', (expression, result) => {
    expect(evaluate(expression, { members })).toBe(result);
  });

  it.each([
    ["JSON.deserialize('{', Account.class)"],
    ["JSON.deserialize('[]', Order.class)"],
    ['JSON.deserialize(\'{"total":"x"}\', Order.class)'],
    ['JSON.deserialize(\'{"size":"HUGE"}\', Order.class)'],
    ['JSON.deserialize(\'{"Nope__c":1}\', Account.class)'],
    ['JSON.deserializeStrict(\'{"nope":1}\', Order.class)'],
    ["JSON.deserializeUntyped('nonsense')"],
  ])('%s is a JSONException', (expression) => {
    expect(
      run(`try { return ${expression}; } catch (JSONException e) { return 'refused'; }`, {
        members,
      }),
    ).toBe('refused');
  });

  it('keeps what was written', () => {
    const body = `Order o = new Order(); o.name = 'n'; o.lines = new List<Line>{ new Line('a') };
      Order copy = (Order) JSON.deserialize(JSON.serialize(o), Order.class);
      return JSON.serialize(copy) == JSON.serialize(o);`;
    expect(run(body, { members })).toBe('true');
  });
});

describe('JSONGenerator', () => {
  it('writes piece by piece', () => {
    const body = `JSONGenerator g = JSON.createGenerator(false); g.writeStartObject(); g.writeStringField('a', 'x'); g.writeNumberField('n', 1.5);
      g.writeFieldName('l'); g.writeStartArray(); g.writeNumber(1); g.writeBoolean(true); g.writeNull(); g.writeEndArray();
      g.writeObjectField('o', new Map<String, Object>{ 'k' => null }); g.writeEndObject(); return g.getAsString();`;
    expect(run(body)).toBe('{"a":"x","n":1.5,"l":[1,true,null],"o":{"k":null}}');
  });
});
