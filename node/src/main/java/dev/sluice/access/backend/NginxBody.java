package dev.sluice.access.backend;

import dev.sluice.hub.Client;
import java.util.LinkedHashMap;
import java.util.Map;

/** What nginx-rtmp's {@code on_…} are posted: forms that all begin alike. */
public final class NginxBody {
  private NginxBody() {}

  /** The fields of all; further ones may be added. */
  public static Map<String, String> of(String call, Client client, String vhost, String app) {
    var ours = new LinkedHashMap<String, String>();
    ours.put("app", app);
    ours.put("flashver", client.software());
    ours.put("swfurl", "");
    ours.put("tcurl", new Place(vhost, app, "").tcUrl());
    ours.put("pageurl", client.told().page());
    ours.put("addr", client.address());
    ours.put("clientid", client.connectionId());
    ours.put("call", call);
    return ours;
  }

  /** The form: the client's own parameters before ours, so that it cannot replace them. */
  public static String form(Client client, Map<String, String> ours) {
    var all = new LinkedHashMap<>(BackendForm.given(client));
    all.keySet().removeAll(ours.keySet());
    all.putAll(ours);
    return BackendForm.form(all);
  }
}
