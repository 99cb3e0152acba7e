package dev.sluice.access.backend;

import java.net.URI;

/**
 * What a back end is asked over HTTP. It may hold secrets of the client's.
 *
 * @param method GET or POST
 * @param uri with the query
 * @param contentType of the body; empty when there is none
 * @param body empty when there is none
 */
public record BackendRequest(String method, URI uri, String contentType, String body) {
  /** A POST. */
  public static BackendRequest post(URI uri, String contentType, String body) {
    return new BackendRequest("POST", uri, contentType, body);
  }

  /** Where to, without what may be secret. */
  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }
}
