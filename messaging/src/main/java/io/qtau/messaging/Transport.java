package io.qtau.messaging;

import java.util.HashMap;
import java.util.Map;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;

/** How Artemis' clients reach a broker. */
final class Transport {
  static final String TLS_VERSIONS = "TLSv1.2,TLSv1.3";
  private static final int HANDSHAKE_SECONDS = 5;

  private Transport() {}

  static TransportConfiguration to(BrokerUrl url) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put(TransportConstants.HOST_PROP_NAME, withoutBrackets(url.host()));
    parameters.put(TransportConstants.PORT_PROP_NAME, url.port());
    parameters.put(TransportConstants.TCP_NODELAY_PROPNAME, true);
    if (url.tls()) {
      parameters.put(TransportConstants.SSL_ENABLED_PROP_NAME, true);
      // Not what the properties of this JVM say.
      parameters.put(TransportConstants.FORCE_SSL_PARAMETERS, true);
      parameters.put(TransportConstants.TRUSTSTORE_TYPE_PROP_NAME, "PEM");
      // Without a file nobody is trusted: TlsTrouble tells it.
      parameters.put(TransportConstants.TRUSTSTORE_PATH_PROP_NAME, String.valueOf(url.ca()));
      parameters.put(TransportConstants.VERIFY_HOST_PROP_NAME, true);
      if (url.as() != null) {
        parameters.put(TransportConstants.SNIHOST_PROP_NAME, url.as());
      }
      parameters.put(TransportConstants.ENABLED_PROTOCOLS_PROP_NAME, TLS_VERSIONS);
      parameters.put(TransportConstants.SSL_HANDSHAKE_TIMEOUT, HANDSHAKE_SECONDS);
    }
    return new TransportConfiguration(NettyConnectorFactory.class.getName(), parameters);
  }

  static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
