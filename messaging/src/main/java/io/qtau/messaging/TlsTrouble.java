package io.qtau.messaging;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why a connection failed before any login, when Artemis' client only says that it did:
 * by one handshake of its own.
 */
public final class TlsTrouble {
  private static final int PATIENCE_MILLIS = 3000;

  private TlsTrouble() {}

  /** What is wrong, and what to do; empty when it is neither TLS nor the lack of it. */
  public static Optional<String> with(BrokerUrl url) {
    try {
      return Optional.ofNullable(url.tls() ? withTls(url) : withoutTls(url));
    } catch (IOException | GeneralSecurityException e) {
      return Optional.empty(); // Nobody listens there, or it is too far: the caller's words say so.
    }
  }

  /**
   * What is wrong before anything is tried; empty = the certificate can be read, or is not needed.
   */
  public static Optional<String> missing(BrokerUrl url) {
    Path file = url.ca();
    return !url.tls() || (file != null && Files.isReadable(file))
        ? Optional.empty()
        : Optional.of(
            "the certificate that the broker is checked against, "
                + (file == null ? "" : file + ", ")
                + "cannot be read: copy ca.pem of the broker's QTAU_HOME to this QTAU_HOME, or name"
                + " it with --ca");
  }

  private static @Nullable String withTls(BrokerUrl url)
      throws IOException, GeneralSecurityException {
    Path file = url.ca();
    String missing = missing(url).orElse(null);
    if (file == null || missing != null) {
      return missing;
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    try {
      trust.init(authorities(file));
    } catch (CertificateException | IOException e) {
      return "the file " + file + " holds no certificate: " + e.getMessage();
    }
    try {
      shakeHands(url, trust.getTrustManagers());
      return null;
    } catch (SSLException e) {
      return words(e, url, file);
    } catch (SocketTimeoutException e) {
      return speaksNoTls(url);
    }
  }

  private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + number++, one);
      }
      if (number == 0) {
        throw new CertificateException("it is empty");
      }
    }
    return store;
  }

  private static String words(SSLException e, BrokerUrl url, Path file) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return "the broker's certificate is not valid now ("
            + cause.getMessage()
            + "): start the broker again, it makes a new one, or set the clock right";
      }
      if (cause instanceof CertPathBuilderException) {
        return "the broker's certificate does not come from the authority in "
            + file
            + ": this is another broker, or that file is old; copy ca.pem of the broker's QTAU_HOME"
            + " here, or name it with --ca";
      }
      if (cause instanceof CertificateException && cause.getCause() == null) {
        return "the broker's certificate is not one for "
            + url.certified()
            + " ("
            + cause.getMessage()
            + "): use a name that it has, or start the broker with '--listen "
            + url.host()
            + ":PORT'";
      }
    }
    return String.valueOf(e.getMessage()).contains("Unsupported or unrecognized SSL message")
        ? speaksNoTls(url)
        : "no TLS connection: " + e.getMessage();
  }

  private static String speaksNoTls(BrokerUrl url) {
    return "what listens there does not speak TLS: if it is your broker, its URL is tcp://"
        + url.host()
        + ":"
        + url.port();
  }

  /** Whether what answers a plain connection would rather have TLS. */
  private static @Nullable String withoutTls(BrokerUrl url)
      throws IOException, GeneralSecurityException {
    AtomicBoolean shown = new AtomicBoolean();
    X509TrustManager nobody =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String type)
              throws CertificateException {
            throw new CertificateException("nobody is trusted");
          }

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String type)
              throws CertificateException {
            shown.set(true);
            throw new CertificateException("nobody is trusted");
          }

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    try {
      shakeHands(url, nobody);
    } catch (ConnectException | UnknownHostException e) {
      throw e;
    } catch (IOException e) {
      // It was only to see whether a certificate comes.
    }
    return shown.get()
        ? "it takes connections with TLS only: its URL is tls://" + url.host() + ":" + url.port()
        : null;
  }

  private static void shakeHands(BrokerUrl url, TrustManager... trust)
      throws IOException, GeneralSecurityException {
    String host = Transport.withoutBrackets(url.host());
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, url.port()), PATIENCE_MILLIS);
      plain.setSoTimeout(PATIENCE_MILLIS);
      // Not before somebody answers: agents are often there before their broker.
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      try (SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(
                      plain, Transport.withoutBrackets(url.certified()), url.port(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(Transport.TLS_VERSIONS.split(",", -1));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
      }
    }
  }
}
