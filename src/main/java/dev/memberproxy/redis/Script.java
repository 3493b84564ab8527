package dev.memberproxy.redis;

import java.util.Locale;

import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DefaultRedisScript;

/**
 * The Lua scripts, which each do one step atomically, by the clock of Redis. A script
 * that is changed in a way that the previous version does not understand needs a new
 * version of the {@linkplain Keys keys}.
 */
enum Script {

	ASK, CLAIM, END, EVICT, FINISH, LEAVE, LOCK, PAUSE, QUOTA, RELEASE, REPLICA, SENT, UNLOCK;

	private final String text;

	private final String sha1;

	Script() {
		DefaultRedisScript<Object> script = new DefaultRedisScript<>();
		script.setLocation(new ClassPathResource(id() + ".lua", Script.class));
		this.text = script.getScriptAsString();
		this.sha1 = script.getSha1();
	}

	/** The name of the script, for metrics. */
	String id() {
		return name().toLowerCase(Locale.ROOT);
	}

	/** The digest by which Redis knows the script. */
	String sha1() {
		return this.sha1;
	}

	String text() {
		return this.text;
	}

}
