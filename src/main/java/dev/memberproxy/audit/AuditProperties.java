package dev.memberproxy.audit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What audit lines tell.
 *
 * @param address how audit lines tell whom a request was about
 */
@ConfigurationProperties("members.audit")
record AuditProperties(@DefaultValue("full") AddressForm address) {
}
