package dev.memberproxy.channel;

import java.time.Duration;
import java.util.Random;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/** Waits of the channels that tests can afford. */
@TestConfiguration(proxyBeanMethods = false)
public class ShortTimings {

	@Bean
	@Primary
	ChannelTimings shortTimings() {
		return new ChannelTimings(Duration.ofMillis(500),
				new Backoff(Duration.ofMillis(10), Duration.ofMillis(50), new Random()));
	}

}
