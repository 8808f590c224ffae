/** Class that an anonymous block is compiled as, and its method. */
export const ANONYMOUS_CLASS = 'AnonymousBlock';
export const ANONYMOUS_METHOD = 'executeAnonymousBlock';
