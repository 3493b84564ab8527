package dev.memberproxy.server;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service stops.
 *
 * @param drain how long requests are still taken after the service was told to stop, and
 * says that it is not ready; 0 to take none
 */
@ConfigurationProperties("members.shutdown")
record ShutdownProperties(@DefaultValue("5s") Duration drain) {
}
