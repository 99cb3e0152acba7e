package dev.sluice.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.hub.Client;
import dev.sluice.hub.Told;
import dev.sluice.wire.Bytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an address that is good for a time is signed: {@code docs/access.md} has each form with an
 * example. The foreign forms do not sign what may be done: they are good for playing only, so that
 * no viewer can publish with what it was given.
 */
public enum LinkForm {
  /**
   * Ours: {@code ?expires=…&sig=…}, with {@code uid}, {@code sessions} and {@code ip=1} where
   * wanted. The signature is the HMAC-SHA-256, in base64url without padding, of the lines {@code
   * sluice1}, action, stream, expires, address, user, sessions, each with a line feed behind it;
   * what is not wanted is an empty line. Nothing signed has line feeds, so no two links have the
   * same lines.
   */
  SLUICE {
    @Override
    @Nullable Link read(Question question, byte[] secret) {
      Told told = question.client().told();
      String signature = told.parameter("sig");
      String expires = told.parameter("expires");
      if (signature.isEmpty()) {
        return null;
      }
      String user = told.parameter("uid");
      String sessions = told.parameter("sessions");
      String ip = told.parameter("ip");
      if (!NUMBER.matcher(expires).matches()
          || !(sessions.isEmpty() || NUMBER.matcher(sessions).matches())
          || !(ip.isEmpty() || ip.equals("1"))
          || user.indexOf('\n') >= 0) {
        return Link.UNREADABLE;
      }
      String address = ip.isEmpty() ? "" : question.client().address();
      byte[] wanted =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encode(hmac(secret, lines(question, expires, address, user, sessions)));
      return new Link(
          MessageDigest.isEqual(wanted, signature.getBytes(UTF_8)),
          0,
          seconds(expires),
          user,
          sessions.isEmpty() ? 0 : Math.toIntExact(Math.min(Integer.MAX_VALUE, number(sessions))),
          signature);
    }
  },

  /**
   * nginx's {@code secure_link} with {@code secure_link_md5 "$secure_link_expires$uri$remote_addr
   * SECRET"}: {@code ?md5=…&expires=…}. The URI is {@code /} and the stream's name, whatever the
   * protocol; the same link is good for all of them.
   */
  NGINX {
    @Override
    @Nullable Link read(Question question, byte[] secret) {
      Told told = question.client().told();
      String given = told.parameter("md5");
      if (given.isEmpty() || question.action() != Action.PLAY) {
        return null;
      }
      String expires = told.parameter("expires");
      if (!NUMBER.matcher(expires).matches()) {
        return Link.UNREADABLE;
      }
      Client client = question.client();
      byte[] head = (expires + "/" + question.stream() + client.address() + " ").getBytes(UTF_8);
      byte[] wanted =
          Base64.getUrlEncoder().withoutPadding().encode(digest("MD5", head, secret, NOTHING));
      return new Link(
          MessageDigest.isEqual(wanted, given.getBytes(UTF_8)), 0, seconds(expires), "", 0, given);
    }
  },

  /**
   * Flussonic's {@code securetoken}: {@code ?token=HASH-SALT-END-START[-USER]}, the hash being
   * SHA-1, in hexadecimal, of name, address, start, end, secret, salt and user. Who plays with a
   * user has one session at a time.
   */
  FLUSSONIC {
    @Override
    @Nullable Link read(Question question, byte[] secret) {
      return securetoken(question, secret, question.client().address());
    }
  },

  /** As {@link #FLUSSONIC}, with {@code no_check_ip=true}: good for every address. */
  FLUSSONIC_ANY_ADDRESS {
    @Override
    @Nullable Link read(Question question, byte[] secret) {
      return securetoken(question, secret, "no_check_ip");
    }
  };

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
  private static final Pattern SECURETOKEN =
      Pattern.compile(
          "([0-9a-f]{40})-([0-9A-Za-z._~]{1,64})-([0-9]{1,12})-([0-9]{1,12})(?:-([0-9A-Za-z._~@-]{1,64}))?");
  private static final byte[] NOTHING = {};
  private static final long MS_PER_S = 1_000;

  /**
   * What a signed address says.
   *
   * @param signed whether the signature is right; nothing else is to be believed where it is not
   * @param fromMs from when on it is good, UTC in milliseconds
   * @param untilMs when it ends
   * @param user whom it was given to; empty when it does not say
   * @param maxSessions how many sessions he may have at a time; 0 for no limit
   * @param signature as it was given
   */
  record Link(
      boolean signed, long fromMs, long untilMs, String user, int maxSessions, String signature) {
    static final Link UNREADABLE = new Link(false, 0, 0, "", 0, "");
  }

  /** Reads a question's address; null when it is not of this form. */
  abstract @Nullable Link read(Question question, byte[] secret);

  /**
   * The parameters that make an address good, in our own form.
   *
   * @param untilS when it ends, UTC in seconds
   * @param address whom it is good for; empty for everybody
   * @param user whom it is given to; empty for nobody in particular
   * @param maxSessions how many sessions he may have at a time; 0 for no limit
   * @return without a question mark
   * @throws IllegalArgumentException when the user has characters that a URL would not carry
   */
  public static String sign(
      Action action,
      String stream,
      Token secret,
      long untilS,
      String address,
      String user,
      int maxSessions) {
    if (!USER.matcher(user).matches()) {
      throw new IllegalArgumentException("a user is at most 64 of A-Z a-z 0-9 . _ ~ @ -");
    }
    String sessions = maxSessions == 0 ? "" : Integer.toString(maxSessions);
    String lines = lines(action.label(), stream, Long.toString(untilS), address, user, sessions);
    String signature =
        Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(secret.bytes(), lines));
    return "expires="
        + untilS
        + (user.isEmpty() ? "" : "&uid=" + user)
        + (sessions.isEmpty() ? "" : "&sessions=" + sessions)
        + (address.isEmpty() ? "" : "&ip=1")
        + "&sig="
        + signature;
  }

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9._~@-]{0,64}");

  private static String lines(
      Question question, String expires, String address, String user, String sessions) {
    return lines(
        question.action().label(), question.stream().toString(), expires, address, user, sessions);
  }

  private static String lines(String... lines) {
    return "sluice1\n" + String.join("\n", lines) + "\n";
  }

  private static @Nullable Link securetoken(Question question, byte[] secret, String address) {
    String given = question.client().token();
    Matcher parts = SECURETOKEN.matcher(given == null ? "" : given);
    if (!parts.matches() || question.action() != Action.PLAY) {
      return null;
    }
    String salt = parts.group(2);
    String end = parts.group(3);
    String start = parts.group(4);
    String user = parts.group(5) == null ? "" : parts.group(5);
    byte[] head = (question.stream() + address + start + end).getBytes(UTF_8);
    byte[] digest = digest("SHA-1", head, secret, (salt + user).getBytes(UTF_8));
    boolean signed =
        MessageDigest.isEqual(
            HexFormat.of().formatHex(digest).getBytes(UTF_8), parts.group(1).getBytes(UTF_8));
    return new Link(
        signed, seconds(start), seconds(end), user, user.isEmpty() ? 0 : 1, parts.group(1));
  }

  private static long number(String digits) {
    return Long.parseLong(digits);
  }

  private static long seconds(String digits) {
    return number(digits) * MS_PER_S;
  }

  private static byte[] hmac(byte[] secret, String text) {
    return Bytes.of(text.getBytes(UTF_8)).hmacSha256(Bytes.of(secret)).toArray();
  }

  private static byte[] digest(String algorithm, byte[]... parts) {
    try {
      var digest = MessageDigest.getInstance(algorithm);
      Arrays.stream(parts).forEach(digest::update);
      return digest.digest();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
