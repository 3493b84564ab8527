package dev.memberproxy.organizations;

import dev.memberproxy.core.CheckedProperties;

import dev.memberproxy.core.InvalidConfigurationException;

import java.util.ArrayList;
import java.util.List;

import dev.memberproxy.core.InvalidConfigurationException.Fault;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * The proxy on the way to Sentry and to the identity provider, as configured. Holds what
 * was written, unchecked: {@link OutboundProxy} checks it.
 *
 * @param url the proxy, as http://host:port
 * @param username the user that the proxy asks for
 * @param passwordFile a file that holds nothing but the user's password
 * @param bypass the hosts that are reached without the proxy, exact or as *.example.com
 */
@ConfigurationProperties("members.proxy")
record ProxyProperties(@Nullable String url, @Nullable String username, @Nullable String passwordFile,
		@DefaultValue List<String> bypass) implements CheckedProperties {

	ProxyProperties {
		url = StringUtils.hasText(url) ? url : null;
		username = StringUtils.hasText(username) ? username : null;
		passwordFile = StringUtils.hasText(passwordFile) ? passwordFile : null;
	}

	@Override
	public List<Fault> findMissing() {
		List<Fault> faults = new ArrayList<>();
		if (this.url == null && (this.username != null || this.passwordFile != null)) {
			faults.add(new Fault("members.proxy.url", "is missing",
					"Set it to the proxy, such as http://proxy.example.com:3128, or remove members.proxy.username and"
							+ " members.proxy.password-file."));
		}
		if (this.username == null && this.passwordFile != null) {
			faults.add(new Fault("members.proxy.username", "is missing",
					"Set it to the user that the password of members.proxy.password-file belongs to."));
		}
		if (this.username != null && this.passwordFile == null) {
			faults.add(new Fault("members.proxy.password-file", "is missing",
					"Set it to a file that holds the password of members.proxy.username."));
		}
		return faults;
	}

}
