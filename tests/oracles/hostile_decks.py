"""Ways in which a netlist may try to act, to read other files, or never to end."""

BODY = "V1 a 0 1\nR1 a 0 1k\n"
ACTS = {
    "control": ".control\nshell touch {mark}\n.endc\n",
    "control in other letters": "  .CONTROL\n  shell touch {mark}\n\t.EndC\n",
    "control behind the end": ".end\n.control\nshell touch {mark}\n.endc\n",
    "control over a continuation": ".con\n+trol\nshell touch {mark}\n.endc\n",
    "control without end": ".control\nshell touch {mark}\n",
    "carriage returns": "R2 a 0 1k\r.control\rshell touch {mark}\r.endc\r",
    "vertical tab": "R2 a 0 1k\x0b.control\x0bshell touch {mark}\x0b.endc\n",
    "form feed": "R2 a 0 1k\x0c.control\x0cshell touch {mark}\x0c.endc\n",
    "line separator": "R2 a 0 1k\u2028.control\u2028shell touch {mark}\u2028.endc\n",
    "a comment that acts": "*#shell touch {mark}\n*# shell touch {mark}\n",
    "a script": "*ng_script\nshell touch {mark}\n",
    "back quotes": "R2 a 0 {{`touch {mark}`}}\n",
    "back quotes in a title": ".title `touch {mark}`\n",
    "a dollar": "R2 a$(touch${{IFS}}{mark}) 0 1k\n",
    "write": "write {mark}\n",
    "write as a card": ".write {mark}\n",
    "print into a file": ".print tran v(a) > {mark}\n",
    "save into a file": ".save all > {mark}\n",
    "exec": ".exec touch {mark}\n",
    "shell": "shell touch {mark}\n",
    "system in a function": '.func f(x) {{system("touch {mark}")}}\nR2 a 0 {{f(1)}}\n',
    "csparam": ".csparam x=1\n",
    "if": ".if (1)\n.control\nshell touch {mark}\n.endc\n.endif\n",
    "code model writes": 'A1 [a] [b] m\n.model m d_state(state_file="{mark}")\n',
    "in a subcircuit": ".subckt s a b\n.control\nshell touch {mark}\n.endc\nR1 a b 1k\n.ends\nX1 a 0 s\n",
    "in what it asks for": ".ac dec {{`touch {mark}`}} 1 1k\n",
    "in a step": ".step param x list {{`touch {mark}`}}\n",
    "in a step of a model": ".step D d(N) 1 {{`touch {mark}`}} 1\n.model d D(N=1)\n",
    "in a measure": ".param p=1\n.meas tran x "
    "param='p*system(`touch {mark}`)'\n.meas tran `touch{mark}` find v(a) at=1\n",
    "in a model": ".model m D(is=1e-14\n+ )\n.control\nshell touch {mark}\n.endc\nD1 a 0 m\n",
}
LEAKS = {
    "a system file": ".include {secret}\n",
    "a system file in quotes": '.include "{secret}"\n',
    "above the folder": ".include ../secret\n",
    "above, by a detour": ".include ./x/../../secret\n",
    "inc": ".inc {secret}\n",
    "a library": ".lib {secret} tt\n",
    "a link": ".include link\n",
    "home": ".include ~/secret\n",
    "a variable": ".include $HOME/secret\n",
    "PWL of a file": "V2 b 0 PWL file={secret}\nR2 b 0 1k\n",
    "filesource": 'A1 %v([b]) m\n.model m filesource(file="{secret}" amploffset=[0])\nR2 b 0 1k\n',
    "d_source": 'A1 [b] m\n.model m d_source(input_file="{secret}")\nR2 b 0 1k\n',
    "d_source called ako": '.model ako d_source(input_file="{secret}")\n',
    "numos behind a comma": '.model m,numos nmos (infile="{secret}")\n',
    "table of a file": 'B1 b 0 v=table(v(a), file="{secret}")\nR2 b 0 1k\n',
}
HANGS = {
    "subcircuits in a circle": ".subckt s a b\nX1 a b s\n.ends\nX1 a 0 s\n",
    "files in a circle": ".include deck.cir\n",
    "parameters in a circle": ".param p={{q}} q={{p}}\nR2 a 0 {{p}}\n",
    "functions in a circle": ".func f(x) {{g(x)}}\n.func g(x) {{f(x)}}\nR2 a 0 {{f(1)}}\n",
    "brackets": "R2 a 0 {{" + "(" * 3000 + "1" + ")" * 3000 + "}}\n",
    "a long line": "R2 a 0 " + "1" * 200_000 + "\n",
    "many continuations": "R2 a 0\n" + "+ 1\n" * 40_000,
    "doubling subcircuits": "".join(
        f".subckt s{k} a b\nX1 a b s{k + 1}\nX2 a b s{k + 1}\n.ends\n" for k in range(30)
    ) + ".subckt s30 a b\nR1 a b 1k\n.ends\nX1 a 0 s0\n",
    "sections that bring eight each": ".lib deck.cir s0\n"
    + "".join(f".lib s{k}\n" + f".lib deck.cir s{k + 1}\n" * 8 + ".endl\n" for k in range(15))
    + ".lib s15\n.endl\n",
    "more cards than ngspice ever resolves": "R2 a 0 1k\n" * 200_001,
    "zeros": "R2 a 0 1k\0\n",
}  # fmt: skip
