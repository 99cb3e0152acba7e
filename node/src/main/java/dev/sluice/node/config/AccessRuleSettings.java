package dev.sluice.node.config;

import dev.sluice.access.AddressBlock;
import dev.sluice.access.PageHost;
import dev.sluice.media.StreamPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One rule of who may do something with some streams. */
public record AccessRuleSettings(
    @Key(
            doc =
                "Which streams: a name in which `*` stands for any characters of one element, and a"
                    + " last element `**` for all that follows.")
        @Nullable StreamPattern streams,
    @Key(doc = "What it is about.", byDefault = "publish, play") List<Action> actions,
    @Key(
            doc =
                "What somebody has to prove; any one of these suffices. Absent: what"
                    + " `access.publish` and `access.play` say.")
        List<Need> needs,
    @Key(doc = "Secrets that `token` takes here. Absent: `access.token`.") List<Secret> tokens,
    @Key(doc = "Users of `access.users` that `user` takes here. Absent: all.") List<UserName> users,
    @Key(doc = "Protocols by which it may be done. Absent: all.") List<Protocol> protocols,
    @Key(doc = "Protocols by which it may not.") List<Protocol> notProtocols,
    @Key(doc = "Addresses from which it may be done. Absent: all.") List<AddressBlock> addresses,
    @Key(doc = "Addresses from which it may not, whatever `addresses` says.")
        List<AddressBlock> notAddresses,
    @Key(
            doc =
                "Hosts on whose web pages the stream may be shown: `example.com`, `*.example.com`"
                    + " for those below it, `none` for players that name no page. Absent: all. A"
                    + " browser tells the truth of it, other programs say what they like.")
        List<PageHost> pages) {

  /** What somebody does. */
  public enum Action {
    @Choice(doc = "publishing")
    PUBLISH,
    @Choice(doc = "playing")
    PLAY
  }

  /** What somebody has to prove. */
  public enum Need {
    @Choice(doc = "nothing: everybody who can reach the port may")
    ANYBODY,
    @Choice(doc = "that nobody can: it is switched off")
    NOBODY,
    @Choice(doc = "that it has the token, given as `?token=` or as `Authorization: Bearer`")
    TOKEN,
    @Choice(doc = "that it has an address that was signed for it, see `access.signed`")
    SIGNED,
    @Choice(
        doc =
            "that it is one of `access.users`, by HTTP Basic, or by `?user=` and `&pass=`, or by"
                + " `?username=` and `&password=`")
    USER,
    @Choice(
        doc =
            "that it has a JSON web token, given as the token is, that says so, see"
                + " `access.jwt`")
    JWT,
    @Choice(doc = "that the back end of `access.backend` lets it in")
    BACKEND
  }

  /** How a stream comes or goes. */
  public enum Protocol {
    @Choice(doc = "RTMP")
    RTMP,
    @Choice(doc = "RTMP over TLS")
    RTMPS,
    @Choice(doc = "FLV over HTTP")
    FLV,
    @Choice(key = "ws-flv", doc = "FLV over WebSocket")
    WS_FLV,
    @Choice(doc = "MPEG-TS over HTTP")
    TS,
    @Choice(doc = "AAC over HTTP")
    AAC,
    @Choice(doc = "MP3 over HTTP")
    MP3,
    @Choice(doc = "HLS")
    HLS,
    @Choice(doc = "DASH")
    DASH;

    /** The label of such connections. */
    public String label() {
      String key = KeyTree.choice(this).key();
      return key.isEmpty() ? name().toLowerCase(java.util.Locale.ROOT) : key;
    }
  }
}
