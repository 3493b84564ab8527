package dev.memberproxy.fakesentry;

import java.util.Map;

import org.springframework.core.env.MapPropertySource;

/** Properties that lead to the fake Sentry. */
final class DemoPropertySource extends MapPropertySource {

	DemoPropertySource(Map<String, Object> properties) {
		super("demoSentry", properties);
	}

	/** Spring's own shows the values, the token's too, while debugging is on. */
	@Override
	public String toString() {
		return getClass().getSimpleName();
	}

}
