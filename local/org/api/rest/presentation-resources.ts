import type { Resource } from '../router.ts';
import { getApprovalLayouts, getCompactLayouts, getLayout, getLayouts } from './layouts.ts';
import { describeListView, getListView, getListViewResults, getListViews } from './list-views.ts';

const OBJECT = '/services/data/:version/sobjects/:object';
const VIEW = `${OBJECT}/listviews/:viewId`;

/** How records are shown: lists and page layouts. */
export const PRESENTATION_RESOURCES: readonly Resource[] = [
  { pattern: `${OBJECT}/listviews`, methods: { GET: getListViews } },
  { pattern: VIEW, methods: { GET: getListView } },
  { pattern: `${VIEW}/describe`, methods: { GET: describeListView } },
  { pattern: `${VIEW}/results`, methods: { GET: getListViewResults } },
  { pattern: `${OBJECT}/describe/layouts`, methods: { GET: getLayouts } },
  { pattern: `${OBJECT}/describe/layouts/:recordTypeId`, methods: { GET: getLayout } },
  { pattern: `${OBJECT}/describe/compactLayouts`, methods: { GET: getCompactLayouts } },
  { pattern: `${OBJECT}/describe/approvalLayouts`, methods: { GET: getApprovalLayouts } },
];
