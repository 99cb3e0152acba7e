/**
 * Whoever has a signed JSON web token: keys, claims, and keys that change while the server runs.
 *
 * <p>Source: RFC 7515, 7517, 7518, 7519; Red5's claims as its documentation has them. Signatures
 * are checked by Nimbus JOSE + JWT, which nothing outside of this package knows.
 *
 * <p>No I/O, no clock; any thread.
 */
@NullMarked
package dev.sluice.access.jwt;

import org.jspecify.annotations.NullMarked;
