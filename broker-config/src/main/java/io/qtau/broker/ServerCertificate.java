package io.qtau.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.GeneralName;

/** The certificate that a home's broker shows, for all the names that clients may call it by. */
final class ServerCertificate {
  private static final Duration LIFE = Duration.ofDays(90);
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

  private final TlsFiles files;
  private final Set<String> names;
  private final Clock clock;

  /**
   * @param host where the broker listens, without brackets
   */
  ServerCertificate(TlsFiles files, String host, Clock clock) {
    this.files = files;
    this.clock = clock;
    names = new LinkedHashSet<>();
    if (!isWildcard(host)) {
      names.add(host);
    }
    names.addAll(ofThisMachine());
    names.addAll(List.of("localhost", "127.0.0.1"));
  }

  /** Whether it means all addresses of the machine. */
  static boolean isWildcard(String host) {
    return WILDCARDS.contains(host);
  }

  /** The name that other machines know this one by. */
  static String machine() {
    return ofThisMachine().stream().findFirst().orElse("127.0.0.1");
  }

  private static List<String> ofThisMachine() {
    try {
      InetAddress here = InetAddress.getLocalHost();
      return List.of(here.getHostName(), here.getCanonicalHostName()).stream()
          .filter(name -> NAME.matcher(name).matches())
          .distinct()
          .toList();
    } catch (UnknownHostException noName) {
      return List.of();
    }
  }

  /**
   * Makes a new one if there is none, or it has other names, another authority, or comes to the
   * last third of its life.
   */
  void renew() throws IOException, GeneralSecurityException {
    CertificateAuthority authority = CertificateAuthority.obtain(files, clock);
    if (Files.exists(files.server()) && isGood(Pem.readCertificate(files.server()), authority)) {
      return;
    }
    // The first name is the subject's too: Proton compares addresses with nothing else.
    String subject = names.iterator().next();
    authority.certify(
        files.server(), subject, names.stream().map(ServerCertificate::general).toList(), LIFE);
  }

  private boolean isGood(X509Certificate certificate, CertificateAuthority authority)
      throws GeneralSecurityException {
    return CertificateAuthority.isFresh(certificate, clock)
        && authority.certified(certificate)
        && namesOf(certificate).equals(new ArrayList<>(names));
  }

  private static List<String> namesOf(X509Certificate certificate) throws GeneralSecurityException {
    Collection<List<?>> found = certificate.getSubjectAlternativeNames();
    return found == null ? List.of() : found.stream().map(n -> String.valueOf(n.get(1))).toList();
  }

  private static GeneralName general(String name) {
    return new GeneralName(
        ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }
}
