package dev.memberproxy.core;

import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials for the outbound proxy. The password can change while they are used.
 */
public final class ProxyLogin {

	private static final Logger logger = LoggerFactory.getLogger(ProxyLogin.class);

	private static final int MAX_PASSWORD = 1024;

	private final String username;

	private final SecretFile passwordFile;

	private volatile UsernamePasswordCredentials credentials;

	/**
	 * @param username a name without colons (RFC 7617 section 2)
	 * @throws InvalidConfigurationException if the file has no usable password
	 */
	public ProxyLogin(String username, SecretFile passwordFile) {
		this.username = username;
		this.passwordFile = passwordFile;
		this.credentials = read();
	}

	UsernamePasswordCredentials credentials() {
		return this.credentials;
	}

	/** Keeps the current password if the file has no usable one. */
	void reload() {
		if (!this.passwordFile.isRereadable()) {
			return;
		}
		try {
			this.credentials = read();
		}
		catch (InvalidConfigurationException ex) {
			logger.warn("{} {} The previous password stays in use until then.", ex.getMessage(), ex.getRemedy());
		}
	}

	private UsernamePasswordCredentials read() {
		String password = this.passwordFile.read();
		if (password.length() > MAX_PASSWORD || password.chars().anyMatch(Character::isISOControl)) {
			throw new InvalidConfigurationException(this.passwordFile.property(),
					"names a file whose content contains control characters, or is longer than " + MAX_PASSWORD
							+ " characters",
					"Write the password into the file, on one line.");
		}
		return new UsernamePasswordCredentials(this.username, password.toCharArray());
	}

}
