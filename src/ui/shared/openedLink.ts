import { isLinkQuery, linkPairs } from '../../experiment/linkText';

/**
 * The link that the page was opened with: the address's hash, or its query if a program that carried the link has moved it
 * there. Empty if the address has no experiment.
 */
export function openedLink(): string {
	if (linkPairs(location.hash).length > 0) return location.hash;
	return isLinkQuery(location.search) ? location.search : '';
}

/** The whole address with another hash. */
export const addressOf = (hash: string): string => `${location.origin}${addressWithoutLink()}#${hash}`;

/** The address up to the hash, without a query that is a link: the hash takes its place. */
export const addressWithoutLink = (): string => `${location.pathname}${isLinkQuery(location.search) ? '' : location.search}`;
