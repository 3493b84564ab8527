package dev.memberproxy.members;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much may be asked for at once.
 *
 * @param maxItems the most items of a batch
 */
@ConfigurationProperties("members.batch")
record BatchProperties(@DefaultValue("1000") Integer maxItems) {
}
