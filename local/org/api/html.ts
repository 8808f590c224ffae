import { type ApiResult, utf8 } from './http.ts';

/** The few pages the org shows to people. */

const STYLE =
  'body{font:16px system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}' +
  'button,.button{font:inherit;padding:.5rem 1rem;margin:.25rem .5rem .25rem 0}' +
  '.choices button{display:block;width:100%;text-align:left}' +
  'table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem;border-bottom:1px solid #8884}' +
  'label{display:block;margin:.5rem 0}pre{white-space:pre-wrap}';

/** Nothing is loaded from anywhere, and forms go to the org itself; where they lead to is the handler's business. */
const CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** @param body finished HTML */
export function htmlPage(title: string, body: string, status = 200): ApiResult {
  const page =
    `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)}</title>` +
    `<style>${STYLE}</style>\n<h1>${escapeHtml(title)}</h1>\n${body}</html>`;
  return {
    status,
    headers: { 'content-type': 'text/html;charset=UTF-8', 'content-security-policy': CSP },
    body: utf8(page),
  };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
