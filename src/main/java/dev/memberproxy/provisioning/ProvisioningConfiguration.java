package dev.memberproxy.provisioning;

import dev.memberproxy.channel.SentryChannels;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProvisioningConfiguration {

	@Bean
	MemberService memberService(SentryChannels channels, ObjectProvider<MemberLocks> shared) {
		return new MemberService(channels, shared.getIfAvailable(LocalMemberLocks::new));
	}

}
