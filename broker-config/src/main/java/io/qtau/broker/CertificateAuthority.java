package io.qtau.broker;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The private authority of one home: it certifies that home's brokers, for clients that have its
 * own certificate, and is known to nobody else. Its key stays when its certificate is renewed, so
 * that clients with the old one go on.
 */
final class CertificateAuthority {
  private static final Duration LIFE = Duration.ofDays(3650);
  private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PrivateKey key;
  private final X509Certificate certificate;
  private final Clock clock;

  private CertificateAuthority(PrivateKey key, X509Certificate certificate, Clock clock) {
    this.key = key;
    this.certificate = certificate;
    this.clock = clock;
  }

  /** Reads it, or makes it the first time; renews its certificate in its last third. */
  static CertificateAuthority obtain(TlsFiles files, Clock clock)
      throws IOException, GeneralSecurityException {
    if (!Files.exists(files.authorityKey())) {
      return make(files, newKeyPair(), clock);
    }
    PrivateKey key = Pem.readKey(files.authorityKey());
    X509Certificate certificate = Pem.readCertificate(files.authority());
    return isFresh(certificate, clock)
        ? new CertificateAuthority(key, certificate, clock)
        : make(files, new KeyPair(certificate.getPublicKey(), key), clock);
  }

  private static CertificateAuthority make(TlsFiles files, KeyPair keys, Clock clock)
      throws IOException, GeneralSecurityException {
    X500Principal name =
        new X500Principal("CN=QTau " + new BigInteger(64, RANDOM).toString(36) + ", O=QTau");
    if (Files.exists(files.authority())) {
      name = Pem.readCertificate(files.authority()).getSubjectX500Principal();
    }
    try {
      JcaX509ExtensionUtils known = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder certificate =
          builder(name, name, keys, LIFE, clock)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
              .addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  known.createSubjectKeyIdentifier(keys.getPublic()));
      X509Certificate signed = sign(certificate, keys.getPrivate());
      // The certificate first: a key without it would be taken for a whole authority.
      Pem.write(files.authority(), TlsFiles.PUBLIC, signed);
      Pem.write(files.authorityKey(), TlsFiles.PRIVATE, keys.getPrivate());
      return new CertificateAuthority(keys.getPrivate(), signed, clock);
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** Certifies a new key for a broker of these names, and writes both into one file. */
  void certify(Path file, String subject, List<GeneralName> names, Duration life)
      throws IOException, GeneralSecurityException {
    KeyPair keys = newKeyPair();
    X500Principal name = new X500Principal("CN=" + subject + ", O=QTau");
    try {
      JcaX509ExtensionUtils known = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder broker =
          builder(certificate.getSubjectX500Principal(), name, keys, life, clock)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
              .addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(names.toArray(new GeneralName[0])))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  // By the key alone: it outlives the certificate.
                  known.createAuthorityKeyIdentifier(certificate.getPublicKey()));
      Pem.write(file, TlsFiles.PRIVATE, keys.getPrivate(), sign(broker, key), certificate);
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** Whether its life has begun, and more than a third of it is left. */
  static boolean isFresh(X509Certificate certificate, Clock clock) {
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    Instant now = clock.instant();
    return !now.isBefore(begin)
        && now.isBefore(end.minus(Duration.between(begin, end).dividedBy(3)));
  }

  /** Whether this authority has signed it. */
  boolean certified(X509Certificate other) {
    try {
      other.verify(certificate.getPublicKey());
      return true;
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  private static X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal name, KeyPair keys, Duration life, Clock clock) {
    Instant now = clock.instant();
    return new JcaX509v3CertificateBuilder(
        issuer,
        new BigInteger(127, RANDOM).add(BigInteger.ONE),
        Date.from(now.minus(CLOCKS_DIFFER)),
        Date.from(now.plus(life)),
        name,
        keys.getPublic());
  }

  private static X509Certificate sign(X509v3CertificateBuilder certificate, PrivateKey key)
      throws OperatorCreationException, GeneralSecurityException {
    return new JcaX509CertificateConverter()
        .getCertificate(certificate.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }

  private static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
    return generator.generateKeyPair();
  }
}
