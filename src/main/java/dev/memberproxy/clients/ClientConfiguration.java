package dev.memberproxy.clients;

import dev.memberproxy.organizations.InvalidConfigurationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

/**
 * Keeps the service from running as an open door by accident.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AccessProperties.class)
class ClientConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(ClientConfiguration.class);

	ClientConfiguration(AccessProperties properties) {
		switch (properties.access()) {
			case CLIENTS -> throw new InvalidConfigurationException("members.access",
					"is clients, which is the default, but no client is configured",
					"This version cannot tell callers apart yet, so that members.clients cannot be set. To let everybody"
							+ " who can reach the service give seats, set members.access=open (MEMBERS_ACCESS=open), and"
							+ " keep the service inside a network that only your own apps can reach.");
			case OPEN -> logger.warn("members.access is open: whoever can reach this service can give seats in Sentry");
		}
	}

}
