import { useEffect, useState } from 'preact/hooks';

/** The part of the address behind `#/`, by its slashes: `#/records/Contact/003…` → `['records', 'Contact', '003…']`. */
export function useRoute(): readonly string[] {
  const [route, setRoute] = useState(readRoute);
  useEffect(() => {
    const follow = () => setRoute(readRoute());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

function readRoute(): readonly string[] {
  const [, ...parts] = location.hash.split('/');
  return parts.filter((part) => part !== '').map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
